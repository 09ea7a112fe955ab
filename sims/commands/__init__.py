"""The commands of `toylaws`, one file each; they import what they need when they run."""
