using Tell.Documents;
using Tell.Mta.Configuration;

namespace Tell.Commands;

/// <summary>What the console asks of the MTA: the typed operations that every face shares.</summary>
public interface IOperations
{
    /// <summary>The stores, to look into.</summary>
    IDataDirectory Data { get; }

    /// <summary>Starts the Add-In Controller and with it all tasks; nothing where it runs.</summary>
    Task LoadAsync(CancellationToken cancellation);

    /// <summary>Stops all tasks and the Add-In Controller; after it only LOAD works.</summary>
    Task QuitAsync(CancellationToken cancellation);

    /// <summary>Starts tasks.</summary>
    Task StartAsync(TaskSelection tasks, CancellationToken cancellation);

    /// <summary>Stops tasks.</summary>
    Task StopAsync(TaskSelection tasks, CancellationToken cancellation);

    /// <summary>Reads the configuration again and makes all tasks use it; with errors the old one stays.</summary>
    Task<RefreshResult> RefreshAsync(CancellationToken cancellation);

    /// <summary>The settings in force.</summary>
    MtaSettings Settings { get; }

    /// <summary>The tasks and what they do now.</summary>
    IReadOnlyList<TaskLine> ShowTasks();

    /// <summary>What there is to say about the server, line by line.</summary>
    IReadOnlyList<KeyValuePair<string, string>> ShowServer();

    /// <summary>The statistics that a pattern names (null: all); a facility alone means all of it.</summary>
    Task<IReadOnlyList<KeyValuePair<string, string>>> ShowStatisticsAsync(string? pattern, CancellationToken cancellation);

    /// <summary>Sets a statistic to zero; false where there is none of that name.</summary>
    Task<bool> ResetStatisticAsync(string name, CancellationToken cancellation);

    /// <summary>Makes waiting mail (of one destination, or all) due now; how much was not.</summary>
    Task<int> DeliverNowAsync(string? destination, CancellationToken cancellation);

    /// <summary>Housekeeping, now.</summary>
    Task<IReadOnlyList<CompactionReport>> HousekeepAsync(CancellationToken cancellation);

    /// <summary>Puts a memo into SMTP.BOX; its id.</summary>
    Task<Unid> SubmitAsync(MemoDraft memo, CancellationToken cancellation);

    /// <summary>Takes documents into the address book, all or none.</summary>
    Task<ImportReport> ImportNamesAsync(string json, CancellationToken cancellation);
}
