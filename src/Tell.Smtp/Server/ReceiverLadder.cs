using Microsoft.Extensions.Logging;
using Tell.Mail;
using Tell.Smtp.Sasl;

namespace Tell.Smtp.Server;

/// <summary>
/// The one place where failures of the receiver and the authenticator (disk full, database gone, bug) become replies: each is logged with
/// its cause, and the client hears 451 or 454 and nothing else. Questions are given up when we stop; the body and the commit never are.
/// </summary>
internal sealed class ReceiverLadder(IMailReceiver receiver, string session, ILogger log)
{
    /// <summary>Null where the client may stay.</summary>
    public Reply? OnClient(SessionFacts facts)
    {
        try
        {
            return Refusal("the client", receiver.OnClient(facts));
        }
        catch (Exception cause)
        {
            return Fault("the client", cause, CancellationToken.None);
        }
    }

    /// <summary>Null where the session goes on, also where the receiver fails.</summary>
    public Reply? OnError(SessionFacts facts)
    {
        try
        {
            return receiver.OnError(facts);
        }
        catch (Exception cause)
        {
            Fault("an error", cause, CancellationToken.None);
            return null;
        }
    }

    /// <summary>Null where MAIL may proceed.</summary>
    public async ValueTask<Reply?> OnMailAsync(SessionFacts facts, Envelope envelope, CancellationToken stop)
    {
        try
        {
            return Refusal("MAIL", await receiver.OnMailAsync(facts, envelope, stop));
        }
        catch (Exception cause)
        {
            return Fault("MAIL", cause, stop);
        }
    }

    /// <summary>Null where the recipient is accepted.</summary>
    public async ValueTask<Reply?> OnRecipientAsync(SessionFacts facts, Envelope envelope, Recipient recipient, CancellationToken stop)
    {
        try
        {
            return Refusal("RCPT", await receiver.OnRecipientAsync(facts, envelope, recipient, stop));
        }
        catch (Exception cause)
        {
            return Fault("RCPT", cause, stop);
        }
    }

    /// <summary>The MT-PRIORITY that a message gets, -9 to 9; no raised one where the receiver fails.</summary>
    public int PriorityOf(SessionFacts facts, Envelope envelope, int asked)
    {
        try
        {
            return Math.Clamp(receiver.PriorityOf(facts, envelope, asked), -9, 9);
        }
        catch (Exception cause)
        {
            Fault("MT-PRIORITY", cause, CancellationToken.None);
            return Math.Min(asked, 0);
        }
    }

    /// <summary>The reply to ETRN.</summary>
    public async ValueTask<Reply> OnTurnAsync(SessionFacts facts, string node, CancellationToken stop)
    {
        try
        {
            var reply = await receiver.OnTurnAsync(facts, node, stop);
            return reply.Code is >= 300 and < 400 ? Nonsense("ETRN", reply) : reply;
        }
        catch (Exception cause)
        {
            return Fault("ETRN", cause, stop);
        }
    }

    /// <summary>The next step of an authentication, or the reply that ends it.</summary>
    public async ValueTask<(SaslStep Step, Reply? Refusal)> AuthenticateAsync(ISaslServer mechanism, ReadOnlyMemory<byte>? response, CancellationToken stop)
    {
        try
        {
            return (await mechanism.NextAsync(response, stop), null);
        }
        catch (Exception cause)
        {
            var reply = Fault("AUTH", cause, stop);
            return (default, ReferenceEquals(reply, Replies.LocalFault) ? Replies.CannotAuthenticate : reply);
        }
    }

    /// <summary>The message to write to, or the reply that refuses it.</summary>
    public async ValueTask<(IIncomingMessage? Message, Reply? Refusal)> OpenAsync(SessionFacts facts, Envelope envelope, CancellationToken stop)
    {
        try
        {
            return (await receiver.OpenAsync(facts, envelope, stop), null);
        }
        catch (Exception cause)
        {
            return (null, Fault("DATA", cause, stop));
        }
    }

    /// <summary>Null where the octets were taken.</summary>
    public async ValueTask<Reply?> WriteAsync(IIncomingMessage message, ReadOnlyMemory<byte> octets)
    {
        try
        {
            await message.WriteAsync(octets, CancellationToken.None);
            return null;
        }
        catch (Exception cause)
        {
            return Fault("writing the message", cause, CancellationToken.None);
        }
    }

    /// <summary>The reply to the end of the data: 2yz, 4yz or 5yz.</summary>
    public async ValueTask<Reply> CommitAsync(IIncomingMessage message)
    {
        try
        {
            var reply = await message.CommitAsync(CancellationToken.None);
            return reply.Code is >= 300 and < 400 ? Nonsense("the commit", reply) : reply;
        }
        catch (Exception cause)
        {
            return Fault("the commit", cause, CancellationToken.None);
        }
    }

    /// <summary>The client has heard that the message is accepted.</summary>
    public void OnReplyHeard(IIncomingMessage message)
    {
        try
        {
            message.OnReplyHeard();
        }
        catch (Exception cause)
        {
            Fault("what the client has heard", cause, CancellationToken.None);
        }
    }

    /// <summary>Lets go of the message.</summary>
    public async ValueTask DisposeAsync(IIncomingMessage message)
    {
        try
        {
            await message.DisposeAsync();
        }
        catch (Exception cause)
        {
            Fault("letting go of the message", cause, CancellationToken.None);
        }
    }

    // A 2yz here would tell the client that something was accepted which was not.
    private Reply? Refusal(string what, Reply? reply) => reply is { Code: < 400 } ? Nonsense(what, reply) : reply;

    private Reply Nonsense(string what, Reply reply)
    {
        ServerLog.ReceiverNonsense(log, session, what, reply.ToString());
        return Replies.LocalFault;
    }

    private Reply Fault(string what, Exception cause, CancellationToken stop)
    {
        if (cause is OperationCanceledException && stop.IsCancellationRequested)
            return Replies.Abandoned;
        ServerLog.ReceiverFailed(log, cause, session, what);
        return Replies.LocalFault;
    }
}
