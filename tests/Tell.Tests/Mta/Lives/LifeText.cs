using Tell.Documents;
using Tell.Mta;

namespace Tell.Tests.Mta.Lives;

/// <summary>The text of a document in a queue, for whoever judges by what stands in it.</summary>
internal static class LifeText
{
    /// <summary>Its octets, or the subject where it has none yet.</summary>
    public static async Task<string> OfAsync(Node node, Document document) =>
        document.Content is null ? $"Subject: {document[ItemNames.Subject]?.Text}\n" : await node.ReadAsync(document);
}
