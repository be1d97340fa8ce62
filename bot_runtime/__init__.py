"""A server that talks with people over WhatsApp and SMS, from dialogs written in YAML."""

__version__ = "0.1.0"
