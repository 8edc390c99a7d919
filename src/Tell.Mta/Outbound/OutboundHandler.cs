using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <summary>
/// SMTPMTA oseshlr: carries the documents of one Destination, one after the other over one connection, up to
/// SMTPMTA_MessagesPerConnection each. Its Destination gives it work; without any for a while it says QUIT and ends.
/// </summary>
internal sealed class OutboundHandler(OutboundServices services, Destination destination) : IDisposable
{
    private readonly Signal _work = new(services.Context.Time);
    private Lease? _assigned;
    private OutboundSession? _session;
    private volatile ClientSession? _talk;

    /// <summary>True while it has a session with the peer.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>When it began to open its session, or the last one.</summary>
    public DateTimeOffset Began { get; private set; }

    /// <summary>True where its session can carry another message.</summary>
    public bool IsUsable => _session is { Usable: true };

    /// <summary>How long its peer has let it wait by now for one reply, or has taken nothing of a body; zero while it waits for no peer. From any thread.</summary>
    public TimeSpan Stalled => _talk?.Waiting ?? TimeSpan.Zero;

    /// <summary>Gives it a document while it waits as idle.</summary>
    public void Assign(Lease lease)
    {
        _assigned = lease;
        _work.Set();
    }

    /// <summary>Ends its waiting.</summary>
    public void Wake() => _work.Set();

    /// <summary>Works until there is nothing to do. Never throws.</summary>
    public async Task RunAsync(Lease first, CancellationToken stop, CancellationToken abort)
    {
        Lease? lease = first;
        try
        {
            while (lease is not null)
            {
                await CarryAsync(lease, abort);
                lease = null;
                if (_session is null || stop.IsCancellationRequested)
                    break;
                lease = destination.NextFor(this, out var surplus);
                if (lease is null && !surplus)
                    lease = await WaitAsync(stop, abort);
            }
        }
        // The ladder of a session: we are wrong, or are being stopped. The document goes back; the others go on.
        catch (Exception fault)
        {
            if (fault is not OperationCanceledException)
                OutboundLog.SessionFailed(services.Log, fault, destination.Name, lease?.Document.Id ?? default);
            if (lease is not null)
                await destination.ReturnAsync(lease, fault, abort);
        }
        finally
        {
            await CloseAsync(abort);
            destination.Ended(this);
        }
    }

    /// <summary>Ends its timer.</summary>
    public void Dispose() => _work.Dispose();

    // Sends one document, over the open session where there is one; keeps the session where it is still good.
    private async ValueTask CarryAsync(Lease lease, CancellationToken abort)
    {
        if (_session is { Usable: false } || (_session is not null && !await _session.PermitsAsync(lease.Document, abort)))
            await CloseAsync(abort);
        while (true)
        {
            var reused = _session is not null;
            PassedHosts? passed = null;
            if (_session is null)
            {
                passed = new PassedHosts();
                Began = services.Context.Now;
                (_session, var failure) = await OutboundSession.OpenAsync(services, destination, lease.Document, passed, session => _talk = session, abort);
                if (_session is null)
                {
                    await destination.UnreachableAsync(this, lease, failure!, passed, abort);
                    return;
                }
                OutboundLog.Opened(services.Log, destination.Name, _session.HostName, _session.Address);
                IsOpen = true;
            }
            var (sent, attempt) = await _session.SendAsync(lease.Document, abort);
            var unheard = sent.Fault is { Phase: SessionPhase.Mail or SessionPhase.Reset } && !sent.Recipients.Any(result => result.Delivered);
            // A kept connection that the peer has closed meanwhile says nothing about this message: a fresh one does.
            if (unheard && reused)
            {
                await CloseAsync(abort);
                continue;
            }
            // A host that takes connections and has never taken a message is as good as one that cannot be reached. Where it has taken
            // some, the cause may be this message, which must not stop the others.
            if (unheard && !destination.Proven)
            {
                await CloseAsync(abort);
                await destination.UnreachableAsync(this, lease, attempt, passed, abort);
                return;
            }
            await destination.SentAsync(lease, sent, attempt, passed, abort);
            return;
        }
    }

    private async ValueTask<Lease?> WaitAsync(CancellationToken stop, CancellationToken abort)
    {
        // NextFor has put this handler among the idle ones; whoever takes it out again gives it work or ends it.
        try
        {
            await _work.WaitAsync(OutboundServices.KeepOpen, stop);
        }
        catch (OperationCanceledException)
        {
            // Stopped: whatever was assigned in the same moment is still ours to give back.
        }
        destination.NoLongerIdle(this);
        var lease = _assigned;
        _assigned = null;
        if (lease is not null && stop.IsCancellationRequested)
        {
            await destination.ReturnAsync(lease, null, abort);
            return null;
        }
        return lease;
    }

    private async ValueTask CloseAsync(CancellationToken abort)
    {
        if (_session is not { } session)
            return;
        _session = null;
        IsOpen = false;
        try
        {
            await session.QuitAsync(abort);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            await session.DisposeAsync();
        }
    }
}
