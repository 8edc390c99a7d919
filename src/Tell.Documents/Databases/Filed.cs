using System.Text;

namespace Tell.Documents;

/// <summary>What a database keeps of a document that is put into it, the same in every engine.</summary>
internal static class Filed
{
    /// <summary>The document as it is kept: without a queue it has no state, no lane, no due time and no children.</summary>
    /// <exception cref="ArgumentException">It has no id, or names a work queue.</exception>
    public static Document Accept(Document document)
    {
        if (document.Id.IsNone)
            throw new ArgumentException("A document needs an id.", nameof(document));
        if (document.Queue is not null)
            throw new ArgumentException($"Document {document.Id} names a work queue; in a database it is in none.", nameof(document));
        return document with
        {
            State = DocumentState.Pending,
            Destination = "",
            Due = null,
            Children = 0,
            AttemptCount = Math.Max(document.AttemptCount, document.Attempts.Length),
        };
    }

    /// <summary>The octets that a document counts in <see cref="IDatabase.SizeAsync"/>: its contents and what its items hold.</summary>
    public static long Size(Document document)
    {
        var size = document.Content?.Size ?? 0;
        foreach (var item in document.Items)
        {
            size += item.Name.Length + (item.MediaType?.Length ?? 0) + 8L * (item.Numbers.Length + item.Times.Length) + (item.Content?.Size ?? 0);
            foreach (var text in item.Texts)
                size += Encoding.UTF8.GetByteCount(text);
        }
        return size;
    }
}
