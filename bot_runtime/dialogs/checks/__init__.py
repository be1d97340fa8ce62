"""What can be told of a dialog before anybody talks to it."""
