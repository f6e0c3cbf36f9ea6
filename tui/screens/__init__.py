"""The screens: views of resource types, logs, terminals, and what they share (`framework`)."""
