namespace Tell.Mta.Configuration;

/// <summary>How the transfer log is written.</summary>
public enum TransferLogFormat : byte
{
    /// <summary>One JSON object a line.</summary>
    Json,
}
