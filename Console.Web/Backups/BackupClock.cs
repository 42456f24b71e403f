namespace ConsoleWeb.Backups;

/// <summary>Asks the schedule again and again whether a backup is due.</summary>
internal sealed class BackupClock(BackupSchedule schedule, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await schedule.RunDueAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
