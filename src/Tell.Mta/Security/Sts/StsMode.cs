namespace Tell.Mta.Security.Sts;

/// <summary>How an MTA-STS policy is meant (RFC 8461 5).</summary>
public enum StsMode : byte
{
    /// <summary>"none": there is no policy any more.</summary>
    None,

    /// <summary>"testing": what fails is reported, and the mail sent.</summary>
    Testing,

    /// <summary>"enforce": what fails is not sent.</summary>
    Enforce,
}
