"""What changes the bodies of a programme, their seats and meetings."""
