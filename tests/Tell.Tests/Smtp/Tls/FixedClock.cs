namespace Tell.Tests.Smtp.Tls;

/// <summary>The time at which the certificates of the tests are valid.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => Issuer.Now;
}
