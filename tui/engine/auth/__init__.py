"""Registry logins: references, docker's configuration, credential helpers."""
