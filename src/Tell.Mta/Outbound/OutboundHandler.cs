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
        OutboundSession? session = null;
        Lease? lease = first;
        try
        {
            while (lease is not null)
            {
                session = await CarryAsync(session, lease, abort);
                lease = null;
                if (session is null || stop.IsCancellationRequested)
                    break;
                lease = destination.NextFor(this) ?? await WaitAsync(stop);
            }
        }
        // The ladder of a session: we are wrong, or are being stopped. The document goes back; the others go on.
        catch (Exception fault)
        {
            if (fault is not OperationCanceledException)
                OutboundLog.SessionFailed(services.Log, fault, destination.Name, lease?.Document.Id ?? default);
            if (lease is not null)
                await destination.ReturnAsync(lease, fault);
        }
        finally
        {
            if (session is not null)
                await CloseAsync(session, abort);
            destination.Ended(this);
        }
    }

    /// <summary>Ends its timer.</summary>
    public void Dispose() => _work.Dispose();

    // Sends one document, over the open session where there is one; returns the session where it is still good.
    private async ValueTask<OutboundSession?> CarryAsync(OutboundSession? session, Lease lease, CancellationToken abort)
    {
        if (session is { Usable: false })
        {
            await CloseAsync(session, abort);
            session = null;
        }
        while (true)
        {
            var reused = session is not null;
            if (session is null)
            {
                (session, var failure) = await OutboundSession.OpenAsync(services, destination.Hop, abort);
                if (session is null)
                {
                    await destination.UnreachableAsync(lease, failure!, this, abort);
                    return null;
                }
                OutboundLog.Opened(services.Log, destination.Name, session.HostName, session.Address);
                await destination.UpAsync(abort);
            }
            try
            {
                var (sent, attempt) = await session.SendAsync(lease.Document, abort);
                // A kept connection that the peer has closed meanwhile says nothing about this message: a fresh one does.
                if (reused && sent.Fault is { Phase: SessionPhase.Mail or SessionPhase.Reset })
                {
                    await session.DisposeAsync();
                    session = null;
                    continue;
                }
                await destination.SentAsync(lease, sent, attempt, abort);
                return session;
            }
            catch
            {
                if (session is not null)
                    await session.DisposeAsync();
                throw;
            }
        }
    }

    private async ValueTask<Lease?> WaitAsync(CancellationToken stop)
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
            await destination.ReturnAsync(lease, null);
            return null;
        }
        return lease;
    }

    private static async ValueTask CloseAsync(OutboundSession session, CancellationToken abort)
    {
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
