using BenchmarkDotNet.Attributes;
using ConsoleWeb.Data.Logs;
using Gateway.Core.Logging;
using Gateway.LogBench;
using Gateway.Shared.Logging;

namespace Gateway.MicroBench;

/// <summary>The record of a request: as JSON for file-log and for the log store, compressed, and stored.</summary>
public class RecordBenchmarks
{
    private const int Batch = 500;

    private readonly JsonLineWriter _json = new();
    private readonly List<RequestRecord> _records = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("gatehouse-microbench-").FullName;
    private RequestRecord _record = null!;
    private byte[] _written = null!;
    private Traffic _traffic = null!;
    private RequestBatch _batch = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _traffic = new Traffic(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1.0 / 30, bodyBytes: 0);
        _record = _traffic.Next();
        Write(RecordParts.Gatehouse);
        _written = _json.WrittenSpan.ToArray();
        _batch = new RequestBatch(new LogDatabase(Path.Combine(_directory, "logs.db")).OpenWriter(), hasAliases: false);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _batch.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark]
    public int JsonOfFileLog() => Write(RecordParts.Entities | RecordParts.Payloads);

    [Benchmark]
    public int JsonOfStore() => Write(RecordParts.Gatehouse);

    [Benchmark]
    public byte[] Compress() => RecordText.Compress(_written);

    /// <summary>Everything that the writer does for a record, in a transaction of 500; the making of the records is a part of it (<see cref="Make"/>).</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int Store()
    {
        MakeRecords();
        return _batch.Write(_records, exception => throw exception);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Make() => MakeRecords();

    private void MakeRecords()
    {
        _records.Clear();
        for (var i = 0; i < Batch; i++)
        {
            _records.Add(_traffic.Next());
        }
    }

    private int Write(RecordParts parts)
    {
        _json.Clear();
        RequestRecordWriter.Write(_json, _record, parts);
        return _json.Length;
    }
}
