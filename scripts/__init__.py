"""Commands for developers and CI: bootstrap, embedded servers, the local stack, checks."""
