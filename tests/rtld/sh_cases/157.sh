trap '' TERM; kill $$; echo survived; trap - TERM
