"""The images, registry logins and search results."""
