namespace Tell.Mail;

/// <summary>A token of an address field.</summary>
/// <param name="Kind">'a' for characters as they stand, 'q' for a quoted string, 'c' for a comment, 'd' for a domain literal; else the special character itself.</param>
/// <param name="Text">What it means: quotes and backslashes removed; a domain literal has its brackets.</param>
/// <param name="IsApart">True where white space or a comment stands before it.</param>
internal readonly record struct AddressToken(char Kind, string Text, bool IsApart);
