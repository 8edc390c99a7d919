using Microsoft.Extensions.Logging;

namespace Tell.Mta.Schedules;

/// <summary>The log events of this room.</summary>
internal static partial class ScheduleLog
{
    /// <summary>A job failed; the schedule goes on.</summary>
    [LoggerMessage(7001, LogLevel.Error, "The daily job failed; it runs again tomorrow")]
    public static partial void JobFailed(ILogger logger, Exception problem);
}
