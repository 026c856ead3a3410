"""What can be agreed: measures, procedures, forms, limits."""
