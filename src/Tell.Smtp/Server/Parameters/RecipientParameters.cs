namespace Tell.Smtp.Server.Parameters;

/// <summary>The parameters of RCPT.</summary>
internal static class RecipientParameters
{
    /// <summary>All of them.</summary>
    public static readonly ParameterTable<RecipientOptions> Table = new(
        new("NOTIFY", Extensions.Dsn, "NOTIFY=NEVER|SUCCESS,FAILURE,DELAY", DsnParameters.Notify),
        new("ORCPT", Extensions.Dsn, "ORCPT=type;address", DsnParameters.OriginalRecipient));
}
