using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tell.Documents;
using Tell.Mta.Operations;

namespace Tell.Tour;

/// <summary>
/// Shows the documents of all work queues: as a table that redraws itself in a terminal, as one line for each change elsewhere. Documents
/// that leave the queues stay on it with what became of them.
/// </summary>
internal sealed class TourView(Operator operations, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // The columns that never shrink: a short id, the longest queue, the longest state. What is left goes to the last two.
    private const int IdWidth = 9, QueueWidth = 8, StateWidth = 20, Frame = 11;

    private readonly List<Row> _rows = [];

    /// <summary>Shows what happens until <paramref name="done"/>; false where it has not come to be within the limit.</summary>
    public async Task<bool> UntilAsync(Func<Task<bool>> done, TimeSpan limit, CancellationToken cancellation)
    {
        if (!console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive)
            return await WatchAsync(done, limit, changed => changed.ForEach(Print), cancellation);
        return await console.Live(Table()).StartAsync(async live => await WatchAsync(done, limit, _ => live.UpdateTarget(Table()), cancellation));
    }

    private async Task<bool> WatchAsync(Func<Task<bool>> done, TimeSpan limit, Action<List<Row>> show, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var finished = await done();
            var changed = await ReadAsync(cancellation);
            if (changed.Count > 0)
                show(changed);
            if (finished)
                return true;
            if (time.GetElapsedTime(begun) > limit)
                return false;
            await Task.Delay(Look, time, cancellation);
        }
    }

    private async Task<List<Row>> ReadAsync(CancellationToken cancellation)
    {
        var now = (await operations.ViewAsync(new QueueView { Limit = 50 }, cancellation)).ToDictionary(document => document.Id);
        var changed = new List<Row>();
        for (var i = 0; i < _rows.Count; i++)
        {
            var fresh = now.Remove(_rows[i].Id, out var document) ? Row.Of(document) : _rows[i].Gone();
            if (fresh != _rows[i])
                changed.Add(_rows[i] = fresh);
        }
        foreach (var document in now.Values.OrderBy(document => document.Id))
        {
            _rows.Add(Row.Of(document));
            changed.Add(_rows[^1]);
        }
        return changed;
    }

    private void Print(Row row) =>
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Short}  {row.Queue,-8}  {row.State,-28}  {row.For,-24}  {row.Note}").TrimEnd());

    // A row is one line at any width, since Live draws over what it drew before: a terminal of 80 columns and 24 lines shows it whole.
    private IRenderable Table()
    {
        var free = Math.Max(32, console.Profile.Width - IdWidth - QueueWidth - StateWidth - Frame);
        var forWidth = Math.Max(16, free / 2);
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var (title, width) in new[] { ("Document", IdWidth), ("Queue", QueueWidth), ("State", StateWidth), ("For", forWidth), ("Note", free - forWidth) })
            table.AddColumn(new TableColumn(title) { Width = width, Padding = new Padding(0, 0, 1, 0) }.NoWrap());
        foreach (var row in _rows.TakeLast(Math.Clamp(console.Profile.Height - 6, 4, 18)))
            table.AddRow(new Text(row.Short), new Text(row.Queue), new Text(row.State, row.Style), new Text(Cut(row.For, forWidth)), new Text(Cut(row.Note, free - forWidth)));
        return table;
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private sealed record Row(Unid Id, string Queue, string State, string For, string Note)
    {
        /// <summary>The end of the id, which tells documents of one moment apart.</summary>
        public string Short => "…" + Id.ToString()[8..16];

        public Style Style => State switch
        {
            "Pending" or "Pending Transmission" => new Style(Color.Yellow),
            "WQ_LOCKED_FOR_XMIT" => new Style(Color.Blue),
            "Failure" or "Dead" => new Style(Color.Red),
            "done, deleted" => new Style(Color.Grey),
            _ => new Style(Color.Green),
        };

        public static Row Of(Document document) => new(
            document.Id,
            document.Queue!.Value.Title(),
            // Facts lotus 1.1: a converted parent is Pending Transmission.
            document is { Queue: WorkQueue.SmtpBox, State: DocumentState.Success } ? "Pending Transmission" : document.State.Title(),
            string.Join(", ", document.Envelope?.Recipients.Select(recipient => recipient.Address.ToString()) ?? []),
            document switch
            {
                { State: DocumentState.Failure, Due: { } due } => $"next at {due.ToLocalTime():HH:mm:ss}: {document.Reason}",
                { Reason: { } reason } => reason,
                { Children: > 0 } => document.Children == 1 ? "1 child left" : $"{document.Children} children left",
                { Form: Forms.NonDeliveryReport } => "NonDelivery Report",
                { Parent: not null } => "child",
                _ => "",
            });

        public Row Gone() => this with { State = "done, deleted", Note = "" };
    }
}
