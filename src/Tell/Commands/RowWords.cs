namespace Tell.Commands;

/// <summary>What HELP says of the commands over some rows, one line each.</summary>
/// <param name="New">Of NEW.</param>
/// <param name="Detail">More of NEW, before the list of keys; lines.</param>
/// <param name="Edit">Of EDIT.</param>
/// <param name="Delete">Of DELETE.</param>
/// <param name="Default">Of DEFAULT.</param>
/// <param name="Print">Of PRINT.</param>
/// <param name="Unknown">Said by PRINT after a name that nothing has.</param>
internal sealed record RowWords(string New, string Detail, string Edit, string Delete, string Default, string Print, string Unknown);
