"""The command line: one module per group of commands, one way to run jobs and print results."""

# The first words the command line knows. Anything else that names an existing file is opened in
# the window, so this list is here, where looking at it loads nothing.
COMMANDS = (
    "protect",
    "measure",
    "rehearse",
    "voice",
    "devices",
    "identity",
    "mark",
    "edit",
    "verify",
    "works",
    "credentials",
    "sanitise",
    "hide",
    "reveal",
    "models",
    "check",
    "calibrate",
    "camera",
)
