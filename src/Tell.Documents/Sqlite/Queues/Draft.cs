using System.Collections.Immutable;

namespace Tell.Documents.Sqlite;

/// <summary>A new document made ready by its caller's thread, so that the one writing thread only has to bind it.</summary>
internal readonly record struct Draft(Document Document, byte[] Detail)
{
    /// <summary>The draft of a document.</summary>
    /// <exception cref="ArgumentException">It cannot be put.</exception>
    public static Draft Of(Document document, DateTimeOffset now)
    {
        var accepted = Transition.Accept(document, now);
        return new Draft(accepted, DetailWriter.Write(accepted));
    }

    /// <summary>The drafts of documents.</summary>
    /// <exception cref="ArgumentException">One cannot be put.</exception>
    public static Draft[] Of(IReadOnlyList<Document> documents, DateTimeOffset now)
    {
        var drafts = new Draft[documents.Count];
        for (var i = 0; i < drafts.Length; i++)
            drafts[i] = Of(documents[i], now);
        return drafts;
    }

    /// <summary>The drafts of what a settlement creates.</summary>
    /// <exception cref="ArgumentException">One cannot be put.</exception>
    public static Draft[] Of(ImmutableArray<Document> created, DateTimeOffset now) => created.IsDefaultOrEmpty ? [] : Of((IReadOnlyList<Document>)created, now);
}
