using ConsoleWeb.Data.Logs;
using Gateway.Testing.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class LogJobsTests
{
    [Fact]
    public async Task Job_ThatFails_IsToldAndTheLogGoesOn()
    {
        await using var log = await TestLog.StartAsync();
        var job = new FailingJob();

        log.Jobs.Add(job);

        Assert.IsType<InvalidOperationException>(await job.Failure.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await log.WriteAsync(SomeRecords.Plain("after"));
        Assert.Equal(["after"], await log.IdsAsync());
        Assert.Equal((1, 0), (job.Steps, log.Counts.Dropped));
    }

    private sealed class FailingJob : ILogJob
    {
        private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Exception> Failure => _failure.Task;

        public int Steps { get; private set; }

        public LogJobStep Step(SqliteConnection connection)
        {
            Steps++;
            throw new InvalidOperationException("a fault of the work");
        }

        public void Fail(Exception exception) => _failure.TrySetResult(exception);
    }
}
