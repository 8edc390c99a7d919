using Tell.Documents;

namespace Tell.Tests.Mta.Lives;

/// <summary>Looks at the work queues after each change: every child has its parent in SMTP.BOX, and every parent counts its children right and has not outlived them.</summary>
internal static class FamilyWatch
{
    /// <summary>What is wrong, in words; null where nothing is.</summary>
    public static string? Check(IQueueStore queues, Action<Document> see)
    {
        var all = queues.ViewAsync(new QueueView { Limit = 100_000 }, CancellationToken.None).Result;
        var children = new Dictionary<Unid, int>();
        foreach (var document in all)
        {
            see(document);
            if (document.Parent is { } parent)
                children[parent] = children.GetValueOrDefault(parent) + 1;
        }
        foreach (var document in all)
        {
            var counted = children.Remove(document.Id, out var count) ? count : 0;
            if (document.Children != counted)
                return $"{document.Id} in {document.Queue} ({document.State}) says that it has {document.Children} children and has {counted}";
            if (counted > 0 && document.Queue is not WorkQueue.SmtpBox)
                return $"{document.Id} is a parent and is in {document.Queue}";
        }
        return children.Count > 0 ? $"{children.Keys.First()} is gone and has children" : null;
    }
}
