using System.Net;
using Tell.Mta.Configuration;

namespace Tell.Mta.Inbound;

/// <summary>The open listeners, brought in line with the settings: those that stay are not touched, and neither are the sessions of those that go.</summary>
internal sealed class Listeners(MtaContext context)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile List<InboundListener> _open = [];

    /// <summary>The open ones, those for other MTAs first. A snapshot.</summary>
    public IReadOnlyList<InboundListener> Open => _open;

    /// <summary>Closes what the settings no longer name and opens what they name anew.</summary>
    /// <exception cref="IOException">An address cannot be listened on; the message says why. The others are open.</exception>
    public async ValueTask AdjustAsync(CancellationToken cancellation)
    {
        // Without the token: a wait that can be cancelled completes on the thread pool, which a simulator cannot see.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            var wanted = Wanted(context.Settings);
            foreach (var listener in _open.Where(listener => !wanted.Contains((listener.Role, listener.Asked))).ToArray())
                await CloseAsync(listener);
            IOException? failure = null;
            foreach (var (role, endpoint) in wanted.Where(want => !_open.Any(listener => (listener.Role, listener.Asked).Equals(want))).ToArray())
            {
                try
                {
                    var listener = new InboundListener(role, endpoint, await context.Network.ListenAsync(endpoint, cancellation));
                    _open = [.. _open.Append(listener).OrderBy(open => open.Role)];
                }
                catch (IOException problem)
                {
                    failure ??= problem;
                }
            }
            if (failure is not null)
                throw failure;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes all.</summary>
    public async ValueTask CloseAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            foreach (var listener in _open)
                await CloseAsync(listener);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask CloseAsync(InboundListener listener)
    {
        _open = [.. _open.Where(open => open != listener)];
        await listener.Listener.DisposeAsync();
    }

    private static (ListenerRole Role, IPEndPoint Endpoint)[] Wanted(MtaSettings settings) =>
    [
        .. settings.Listen.Select(endpoint => (ListenerRole.Mx, endpoint)),
        .. settings.SubmissionListen.Select(endpoint => (ListenerRole.Submission, endpoint)),
        .. settings.SubmissionTlsListen.Select(endpoint => (ListenerRole.SubmissionTls, endpoint)),
    ];
}
