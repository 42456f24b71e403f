using System.Text;
using Gateway.Core.Plugins.FileLog;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

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
            for (var i = 0; i < FileLogWriter.MaxLines + 50; i++)
            {
                writer.Add(Line($"{i}"), reopen: false);
            }

            // One line may be on its way out of the queue.
            Assert.InRange(writer.Dropped, 49, 50);
            Volatile.Write(ref isBroken, false);
            Assert.True(await Poll.UntilAsync(() => writer.Written + writer.Dropped == FileLogWriter.MaxLines + 50));
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

        Assert.Throws<IOException>(() => appender.Append("first\n"u8));
        file.Room = 100;
        appender.Append("second\n"u8);

        Assert.Equal(expected, file.Content);
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");

    private string At(string name) => Path.Combine(_directory, name);

    private FileLogWriter Writer() => new(LogPath, () => _paths.Open(LogPath), NullLogger.Instance, TimeProvider.System);

    private sealed class SmallDisk(int room, bool canTakeBack) : AppendFile
    {
        private readonly List<byte> _content = [];

        public int Room { get; set; } = room;

        public string Content => Encoding.UTF8.GetString([.. _content]);

        public override int Append(ReadOnlySpan<byte> bytes)
        {
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
