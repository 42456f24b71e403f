using System.Text;
using Gateway.Core.Logging;
using Gateway.Core.Plugins.FileLog;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Plugins.FileLog;

public sealed class FileLogWriterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("file-log-").FullName;
    private readonly FileLogPaths _paths;

    public FileLogWriterTests() => _paths = new FileLogPaths(Options.Create(new FileLogOptions { AllowedDirectories = [_directory], OwnFiles = [At("own.db")] }));

    private string LogPath => At("log.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Add_TwoWritersOnOneFile_KeepEveryLineWhole()
    {
        const int Count = 2000;
        await using (var one = Writer())
        await using (var other = Writer())
        {
            for (var i = 0; i < Count; i++)
            {
                one.Add(Line($"one {i} {new string('x', i)}"), reopen: false);
                other.Add(Line($"other {i} {new string('y', i)}"), reopen: false);
            }
        }

        var lines = await File.ReadAllLinesAsync(LogPath, TestContext.Current.CancellationToken);
        Assert.Equal(
            Enumerable.Range(0, Count).SelectMany(i => new[] { $"one {i} {new string('x', i)}", $"other {i} {new string('y', i)}" }).Order(StringComparer.Ordinal),
            lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_FileRenamedOrDeleted_GoesOnInANewOne(bool isDeleted)
    {
        await using var writer = Writer();
        writer.Add(Line("before"), reopen: false);
        await Poll.UntilAsync(() => writer.Written == 1);

        if (isDeleted)
        {
            File.Delete(LogPath);
        }
        else
        {
            File.Move(LogPath, At("log.1"));
        }

        writer.Add(Line("after"), reopen: false);
        await Poll.UntilAsync(() => writer.Written == 2);

        Assert.Equal("after\n", await File.ReadAllTextAsync(LogPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Add_MoreThanOneWriteHolds_IsWrittenWithoutAnyPause()
    {
        const int Count = (10 * FileLogWriter.BatchLines) + 2;
        using var opened = new ManualResetEventSlim();
        var stopped = new FakeTimeProvider();
        await using var writer = new FileLogWriter(
            LogPath,
            () =>
            {
                opened.Wait(TestContext.Current.CancellationToken);
                return _paths.Open(LogPath);
            },
            NullLogger.Instance,
            stopped);

        // The first one is written alone; all others wait by then.
        writer.Add(Line("0"), reopen: false);
        await Poll.UntilAsync(() => writer.Waiting == 0);
        for (var i = 1; i < Count; i++)
        {
            writer.Add(Line($"{i}"), reopen: false);
        }

        opened.Set();
        Assert.True(await Poll.UntilAsync(() => writer.Written == Count));
    }

    [Fact]
    public async Task Add_FileReplacedByOneOfTheSameLength_WritesIntoThatOne()
    {
        await using var writer = Writer();
        writer.Add(Line("before"), reopen: false);
        await Poll.UntilAsync(() => writer.Written == 1);
        File.Move(LogPath, At("log.1"));
        await File.WriteAllTextAsync(LogPath, "BEFORE\n", TestContext.Current.CancellationToken);

        writer.Add(Line("after"), reopen: false);
        await Poll.UntilAsync(() => writer.Written == 2);

        Assert.Equal("BEFORE\nafter\n", await File.ReadAllTextAsync(LogPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Add_FileEndsInsideALine_BeginsOnALineOfItsOwn()
    {
        await File.WriteAllTextAsync(LogPath, "{\"cut\":", TestContext.Current.CancellationToken);
        await using var writer = Writer();

        writer.Add(Line("whole"), reopen: false);
        await Poll.UntilAsync(() => writer.Written == 1);

        Assert.Equal(["{\"cut\":", "whole"], await File.ReadAllLinesAsync(LogPath, TestContext.Current.CancellationToken));
        Assert.Equal(1, writer.Torn);
    }

    [Fact]
    public async Task Add_NewFile_IsForItsOwnerAlone()
    {
        await using var writer = Writer();
        writer.Add(Line("x"), reopen: false);
        await Poll.UntilAsync(() => writer.Written == 1);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(LogPath).UnixFileMode);
    }

    [Fact]
    public async Task Add_FileCannotBeOpenedForAWhile_KeepsTheLinesAndDropsOnlyWhatHasNoRoom()
    {
        var isBroken = true;
        var writer = new FileLogWriter(LogPath, () => Volatile.Read(ref isBroken) ? throw new IOException("no") : _paths.Open(LogPath), NullLogger.Instance, TimeProvider.System);
        await using (writer)
        {
            const int Surplus = 2 * FileLogWriter.BatchLines;
            for (var i = 0; i < FileLogWriter.MaxLines + Surplus; i++)
            {
                writer.Add(Line($"{i}"), reopen: false);
            }

            // One batch may be on its way out of the queue.
            Assert.InRange(writer.Dropped, Surplus - FileLogWriter.BatchLines, Surplus);
            Volatile.Write(ref isBroken, false);
            Assert.True(await Poll.UntilAsync(() => writer.Written + writer.Dropped == FileLogWriter.MaxLines + Surplus));
        }

        var lines = await File.ReadAllLinesAsync(LogPath, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, lines.Length).Select(i => $"{i}"), lines);
    }

    [Fact]
    public void Open_LinkFifoDirectoryOrOwnFile_IsRefused()
    {
        File.CreateSymbolicLink(At("link"), "/etc/passwd");
        Directory.CreateDirectory(At("folder"));
        Directory.CreateSymbolicLink(At("away"), "/etc");

        foreach (var path in new[] { At("link"), At("folder"), At("away/x.json"), At("own.db"), At("own.db-wal"), "/dev/full", "/proc/self/mem" })
        {
            Assert.ThrowsAny<IOException>(() => _paths.Open(path).Dispose());
        }
    }

    [Theory]
    [InlineData(true, "second\n")]
    [InlineData(false, "fir\nsecond\n")]
    public void Append_DiskTakesAPart_TheNextLineIsWhole(bool canTakeBack, string expected)
    {
        using var file = new SmallDisk(3, canTakeBack);
        using var appender = new LineAppender(file);

        Assert.Equal(0, appender.Append("first\n"u8, out var fault));
        Assert.Contains("only 3 of 6 bytes", fault, StringComparison.Ordinal);
        file.Room = 100;
        Assert.Equal(7, appender.Append("second\n"u8, out fault));

        Assert.Null(fault);
        Assert.Equal(expected, file.Content);
    }

    [Theory]
    [InlineData(true, "1st\n2nd\n3rd\n4th\n")]
    [InlineData(false, "1st\n2nd\n3r\n3rd\n4th\n")]
    public void Append_DiskTakesAPartOfSeveralLines_SaysWhichAreThere(bool canTakeBack, string expected)
    {
        using var file = new SmallDisk(10, canTakeBack);
        using var appender = new LineAppender(file);

        Assert.Equal(8, appender.Append("1st\n2nd\n3rd\n4th\n"u8, out var fault));
        Assert.NotNull(fault);
        file.Room = 100;
        Assert.Equal(8, appender.Append("3rd\n4th\n"u8, out _));

        Assert.Equal(expected, file.Content);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_DiskTakesPartsOfBatches_EveryLineIsThereOnceInItsOrder(bool canTakeBack)
    {
        using var disk = new SmallDisk(0, canTakeBack) { RoomPerWrite = 6990 };
        var writer = new FileLogWriter(LogPath, () => disk, NullLogger.Instance, TimeProvider.System);
        await using (writer)
        {
            for (var i = 0; i < 1000; i++)
            {
                writer.Add(Line($"line {i:000} {new string('x', 40)}"), reopen: false);
            }

            Assert.True(await Poll.UntilAsync(() => writer.Written == 1000));
        }

        var whole = disk.Content.Split('\n').Where(line => line.Length == 49);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"line {i:000} {new string('x', 40)}"), whole);
        Assert.Equal(0, writer.Dropped);
    }

    private static JsonLineWriter Line(string text)
    {
        var line = new JsonLineWriter();
        line.Append(Encoding.UTF8.GetBytes(text + "\n"));
        return line;
    }

    private string At(string name) => Path.Combine(_directory, name);

    private FileLogWriter Writer() => new(LogPath, () => _paths.Open(LogPath), NullLogger.Instance, TimeProvider.System);

    private sealed class SmallDisk(int room, bool canTakeBack) : AppendFile
    {
        private readonly List<byte> _content = [];

        public int Room { get; set; } = room;

        /// <summary>When set, each write finds this much room.</summary>
        public int RoomPerWrite { get; init; }

        public string Content => Encoding.UTF8.GetString([.. _content]);

        public override bool EndsInsideLine => _content.Count > 0 && _content[^1] != '\n';

        public override int Append(ReadOnlySpan<byte> bytes)
        {
            Room = RoomPerWrite > 0 ? RoomPerWrite : Room;
            var taken = Math.Min(Room, bytes.Length);
            _content.AddRange(bytes[..taken]);
            Room -= taken;
            return taken;
        }

        public override bool TryTakeBack(int count)
        {
            if (canTakeBack)
            {
                _content.RemoveRange(_content.Count - count, count);
            }

            return canTakeBack;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
