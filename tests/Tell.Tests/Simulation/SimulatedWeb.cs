using System.Net;
using System.Text;
using Tell.Mta.Web;

namespace Tell.Tests.Simulation;

/// <summary>The web as a simulation sees it: what the test puts there, and nothing else.</summary>
internal sealed class SimulatedWeb : IWebClient
{
    private readonly Dictionary<string, Func<CancellationToken, ValueTask<WebAnswer>>> _pages = [];

    /// <summary>What was asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What was posted, in order.</summary>
    public List<(string Address, string MediaType, byte[] Content)> Posted { get; } = [];

    /// <summary>The answer to posts.</summary>
    public HttpStatusCode PostStatus { get; set; } = HttpStatusCode.OK;

    /// <summary>Puts a page there, in the place of the one before.</summary>
    public void Put(string address, string text, string mediaType = "text/plain", HttpStatusCode status = HttpStatusCode.OK) =>
        Put(address, _ => ValueTask.FromResult(new WebAnswer(status, mediaType, Encoding.UTF8.GetBytes(text))));

    /// <summary>Answers as the test says: an exception, or after a while.</summary>
    public void Put(string address, Func<CancellationToken, ValueTask<WebAnswer>> answer) => _pages[address] = answer;

    /// <summary>Takes a page away.</summary>
    public void Remove(string address) => _pages.Remove(address);

    public async ValueTask<WebAnswer> GetAsync(Uri address, int most, CancellationToken cancellation)
    {
        Asked.Add(address.ToString());
        var answer = _pages.TryGetValue(address.ToString(), out var page) ? await page(cancellation) : throw new IOException($"{address}: connection refused");
        return answer.Content.Length <= most ? answer : throw new IOException($"{address}: the answer has more than {most} octets");
    }

    public ValueTask<WebAnswer> PostAsync(Uri address, string mediaType, ReadOnlyMemory<byte> content, int most, CancellationToken cancellation)
    {
        Posted.Add((address.ToString(), mediaType, content.ToArray()));
        return ValueTask.FromResult(new WebAnswer(PostStatus, "", default));
    }
}
