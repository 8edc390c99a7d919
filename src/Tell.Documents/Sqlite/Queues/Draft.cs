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
}
