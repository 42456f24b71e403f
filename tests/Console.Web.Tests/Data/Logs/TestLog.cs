using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using Gateway.Core.Logging;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>A request log as the product runs it: queue, writer and store over a file of its own, on a clock that the test moves.</summary>
internal sealed class TestLog : IAsyncDisposable
{
    /// <summary>When the records of <c>SomeRecords</c> start.</summary>
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    private readonly bool _keepsFile;

    private TestLog(string path, bool keepsFile, long? maxPages, RequestLogQueue queue, RequestLogOptions options)
    {
        _keepsFile = keepsFile;
        Database = new LogDatabase(path, busySeconds: 1) { MaxPages = maxPages };
        Queue = queue;
        Running = new RequestFeed(Time, Redactor);
        var tail = new LogTail();
        Store = new SqliteRequestLogStore(Database, tail, Time);
        Writer = new RequestLogWriter(
            Database, queue, tail, Running, Redactor, Jobs, Microsoft.Extensions.Options.Options.Create(options), Time, NullLogger<RequestLogWriter>.Instance, TimeSpan.FromMilliseconds(200));
    }

    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>The calls that run.</summary>
    public RequestFeed Running { get; }

    public LogJobs Jobs { get; } = new();

    /// <summary>As it is before anybody sets anything.</summary>
    public PayloadRedactor Redactor { get; } = new(Microsoft.Extensions.Options.Options.Create(new RedactionOptions()), TimeProvider.System);

    public LogDatabase Database { get; }

    public RequestLogQueue Queue { get; }

    public SqliteRequestLogStore Store { get; }

    public RequestLogWriter Writer { get; }

    public RequestLogCounts Counts => Queue.Count();

    /// <summary>A path in a new directory.</summary>
    public static string NewPath() => Path.Combine(Directory.CreateTempSubdirectory("gatehouse-tests-").FullName, "logs.db");

    /// <param name="keepsFile">Whether the file outlives this log.</param>
    /// <param name="maxPages">Pages that the disk has room for.</param>
    public static async Task<TestLog> StartAsync(
        string? path = null, bool keepsFile = false, long? maxPages = null, RequestLogQueue? queue = null, Action<RequestLogOptions>? set = null)
    {
        var options = new RequestLogOptions();
        set?.Invoke(options);
        var log = new TestLog(path ?? NewPath(), keepsFile, maxPages, queue ?? new RequestLogQueue(), options);
        await log.Writer.StartAsync(TestContext.Current.CancellationToken);
        return log;
    }

    /// <summary>Hands records to the writer without waiting.</summary>
    public void Add(params IEnumerable<RequestRecord> records)
    {
        foreach (var record in records)
        {
            Queue.Add(record);
        }
    }

    /// <summary>Hands records to the writer and waits until nothing is queued any more.</summary>
    public async Task WriteAsync(params IEnumerable<RequestRecord> records)
    {
        Add(records);
        Assert.True(await Poll.UntilAsync(() => Counts.Queued == 0), $"{Counts} {Writer.State.Trouble}");
    }

    /// <summary>Everything stored, newest first.</summary>
    public Task<IReadOnlyList<RequestRow>> RowsAsync(RequestFilter? filter = null) => Store.ListAsync(filter ?? RequestFilter.None, null, 100_000, CancellationToken.None);

    /// <summary>Ids of everything stored, newest first.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(RequestFilter? filter = null) => [.. (await RowsAsync(filter)).Select(r => r.RequestId)];

    /// <summary>Opens the file as another program would.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database.Path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        Writer.Dispose();
        Queue.Dispose();
        Running.Dispose();
        Database.ForgetReaders();
        if (!_keepsFile)
        {
            Directory.Delete(Path.GetDirectoryName(Database.Path)!, recursive: true);
        }
    }
}
