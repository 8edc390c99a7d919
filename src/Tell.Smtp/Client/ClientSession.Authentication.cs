using Tell.Smtp.Sasl;

namespace Tell.Smtp.Client;

public sealed partial class ClientSession
{
    // RFC 4954: with the strongest mechanism that both know. Who has to authenticate and cannot sends no mail as nobody.
    private async ValueTask<SessionFault?> AuthenticateAsync(ClientCredentials credentials)
    {
        if (Tls is null && !credentials.WithoutTls)
            return Unable("there is no TLS, without which the password is not shown");
        if (!Capabilities.Offers("AUTH", out var offered))
            return Unable("the peer does not offer AUTH");
        return SaslMechanisms.Client(offered.Split(' '), credentials.User, credentials.Password, Tls) is { } mechanism
            ? await new AuthenticationExchange(_wire, mechanism, credentials.Password).RunAsync()
            : Unable($"no AUTH mechanism fits: the peer offers \"{offered}\"");

        static SessionFault Unable(string text) => new(SessionPhase.Authentication, text);
    }
}
