namespace Tell.Mail;

public static partial class Charset
{
    /// <summary>True for a name that <see cref="Narrowest"/> takes as a preference: of a charset in which mail is written.</summary>
    public static bool IsWritten(string name) => CharsetTable.Find(name) is { IsWritten: true };
}
