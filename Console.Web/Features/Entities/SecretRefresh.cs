namespace ConsoleWeb.Features.Entities;

/// <summary>Looks every minute whether secrets kept elsewhere have changed, so that a rotated key serves without a restart.</summary>
internal sealed partial class SecretRefresh(ConfigWriter writer, TimeProvider time, ILogger<SecretRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await writer.RefreshSecretsAsync(stoppingToken))
                {
                    LogRefreshed(logger);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
            {
                // The snapshot that serves goes on.
                LogFailed(logger, exception);
            }
        }
    }

    [LoggerMessage(EventId = 5020, Level = LogLevel.Information, Message = "Secrets kept outside have changed and are in use now")]
    private static partial void LogRefreshed(ILogger logger);

    [LoggerMessage(EventId = 5021, Level = LogLevel.Error, Message = "Secrets kept outside could not be refreshed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
