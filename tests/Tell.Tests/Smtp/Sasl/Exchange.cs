using System.Text;
using Tell.Smtp.Sasl;

namespace Tell.Tests.Smtp.Sasl;

/// <summary>One side or both of an authentication, in words. Octets are Latin-1.</summary>
internal static class Exchange
{
    /// <summary>Gives a server's side these responses, null for none at first, and tells each step: "? challenge", "+ user", "- Failure".</summary>
    public static async Task<string[]> WithServer(ISaslServer server, params string?[] responses)
    {
        var steps = new List<string>();
        foreach (var response in responses)
            steps.Add(Words(await server.NextAsync(Given(response is null ? null : Encoding.Latin1.GetBytes(response)), CancellationToken.None)));
        return [.. steps];
    }

    /// <summary>Lets both sides talk to the end: the last step, and "unsatisfied" where the client does not believe the server.</summary>
    public static async Task<string> Between(ISaslClient client, ISaslServer server)
    {
        var step = await server.NextAsync(Given(client.Initial()), CancellationToken.None);
        for (var turns = 0; step.State == SaslState.Challenge && turns < 10; turns++)
        {
            if (client.Next(step.Challenge.Span) is not { } response)
                return "the client gives up";
            step = await server.NextAsync(response, CancellationToken.None);
        }
        return step.State == SaslState.Success && !client.IsSatisfied ? "unsatisfied" : Words(step);
    }

    // An array that is null would become memory that is empty, which is another thing.
    private static ReadOnlyMemory<byte>? Given(byte[]? octets) => octets is null ? default(ReadOnlyMemory<byte>?) : octets;

    private static string Words(SaslStep step) => step.State switch
    {
        SaslState.Challenge => $"? {Encoding.Latin1.GetString(step.Challenge.Span)}",
        SaslState.Success => $"+ {step.User}",
        var state => $"- {state}",
    };
}
