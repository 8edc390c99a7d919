using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Tell.Mta.Schedules;

/// <summary>
/// A daily schedule by Quartz, with an in-memory scheduler of its own. A run that was missed, for example because the machine slept,
/// is made up once. Days on which the clocks change have one run.
/// </summary>
/// <param name="name">The scheduler's name, unique in the process: the data directory is.</param>
/// <param name="time">The clock; its local time zone is the one that "at" is meant in.</param>
/// <param name="loggers">Where Quartz and failed jobs are logged.</param>
public sealed class QuartzDailySchedule(string name, TimeProvider time, ILoggerFactory loggers) : IDailySchedule
{
    private static readonly TriggerKey Trigger = new("daily");
    private static readonly JobKey Job = new("daily");

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly DailyJob _job = new(loggers.CreateLogger<QuartzDailySchedule>());
    private StandaloneSchedulerFactory? _factory;
    private IScheduler? _scheduler;
    private ITrigger? _trigger;

    /// <inheritdoc/>
    public DateTimeOffset? Next => _trigger?.GetFireTimeAfter(time.GetUtcNow());

    /// <inheritdoc/>
    public async ValueTask StartAsync(TimeOnly at, Func<CancellationToken, Task> job, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            _job.Run = () => job(_stop.Token);
            var trigger = TriggerBuilder.Create(time)
                .WithIdentity(Trigger)
                .ForJob(Job)
                .WithCronSchedule(
                    CronExpressionBuilder.Create().AtTime(at).Build(),
                    cron => cron.InTimeZone(time.LocalTimeZone).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
                .Build();
            if (_scheduler is null)
                await OpenAsync(cancellation);
            if (await _scheduler!.RescheduleJob(Trigger, trigger, cancellation) is null)
                await _scheduler.ScheduleJob(JobBuilder.Create<DailyJob>().WithIdentity(Job).StoreDurably().Build(), [trigger], new ScheduleJobOptions { Replace = true }, cancellation);
            _trigger = trigger;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask StopAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            _trigger = null;
            if (_scheduler is not null)
                await _scheduler.UnscheduleJob(Trigger, cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _trigger = null;
        if (_scheduler is not null)
            await _scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
        if (_factory is not null)
            await _factory.DisposeAsync();
        (_scheduler, _factory) = (null, null);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        _factory = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseTimeProvider(time);
            quartz.UseInMemoryStore(_ => { });
            quartz.UseDefaultThreadPool(1);
            quartz.Services.Configure<QuartzSchedulerOptions>(options => options.InstanceName = name);
            quartz.Services.AddLogging();
            quartz.Services.AddSingleton(loggers);
            quartz.Services.AddSingleton(_job);
        }).Build();
        _scheduler = await _factory.GetScheduler(cancellation);
        await _scheduler.Start(cancellation);
    }
}
