namespace Tell.Mail;

/// <summary>What a report says about one recipient (RFC 3464 2.3). Peers' texts are cleaned where they are written.</summary>
/// <param name="FinalRecipient">The recipient as it stood when it was finished.</param>
/// <param name="Action">What was done.</param>
/// <param name="Status">The status; where there is none, one that fits the action is written.</param>
public sealed record RecipientReport(Mailbox FinalRecipient, DeliveryAction Action, EnhancedStatus Status)
{
    /// <summary>ORCPT as "type;address", decoded; null where there is none.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>The reason for people, where the words of the report have none for the status; what they do not say of it stands below.</summary>
    public Line Reason { get; init; }

    /// <summary>The host that said it; null where none was reached.</summary>
    public string? RemoteMta { get; init; }

    /// <summary>What it said, or what went wrong here; null for nothing.</summary>
    public string? Diagnostic { get; init; }

    /// <summary>Where the diagnostic comes from: "smtp" for a reply, "x-tell" for our own words.</summary>
    public string DiagnosticType { get; init; } = "smtp";

    /// <summary>True where the diagnostic is what the remote host said.</summary>
    internal bool IsReply => !DiagnosticType.StartsWith("x-", StringComparison.OrdinalIgnoreCase);

    /// <summary>When it was last tried; null for never.</summary>
    public DateTimeOffset? LastAttempt { get; init; }

    /// <summary>Until when it will be tried; only written for a delay.</summary>
    public DateTimeOffset? WillRetryUntil { get; init; }

    /// <summary>The status that is written: never none, and of the class that the action has (RFC 3464 2.3.4).</summary>
    public EnhancedStatus WrittenStatus
    {
        get
        {
            var @class = Action switch { DeliveryAction.Failed => 5, DeliveryAction.Delayed => 4, _ => 2 };
            if (Status.IsNone)
                return new EnhancedStatus(@class, 0, 0);
            // A failure may well end with 4.4.7: tried until it expired.
            var fits = Status.Class == @class || (Action == DeliveryAction.Failed && Status.Class == 4);
            return fits ? Status : new EnhancedStatus(@class, Status.Subject, Status.Detail);
        }
    }
}
