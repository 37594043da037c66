true && echo and; false || echo or; false && echo no; true || echo no; echo end
