using Tell.Mta.Web;

namespace Tell.Tests.Simulation;

/// <summary>The web as a simulation sees it: what the test puts there, and nothing else.</summary>
internal sealed class SimulatedWeb : IWebClient
{
    public ValueTask<WebAnswer> GetAsync(Uri address, int most, CancellationToken cancellation) => throw new IOException($"{address}: connection refused");

    public ValueTask<WebAnswer> PostAsync(Uri address, string mediaType, ReadOnlyMemory<byte> content, int most, CancellationToken cancellation) => throw new IOException($"{address}: connection refused");
}
