"""Published versions of dialogs: numbered, never changed, tried on a share, rolled back; and the people inside them."""
