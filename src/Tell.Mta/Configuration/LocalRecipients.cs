namespace Tell.Mta.Configuration;

/// <summary>Which recipients of a local domain are taken.</summary>
public enum LocalRecipients : byte
{
    /// <summary>A local domain with Person documents takes mail for those only; one without takes any local part.</summary>
    Auto,

    /// <summary>Only those with a Person document.</summary>
    Listed,

    /// <summary>Any local part.</summary>
    Any,
}
