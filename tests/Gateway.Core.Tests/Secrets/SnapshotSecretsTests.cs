using Gateway.Core.Configuration;
using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Secrets;

/// <summary>What a snapshot makes of references, and what the log hears of those that stand for nothing.</summary>
public sealed class SnapshotSecretsTests : IDisposable
{
    private const string Reference = "{vault://memory/key}";

    private static readonly FieldSchema Text = new() { Kind = FieldKind.String };
    private static readonly FieldSchema Port = new() { Kind = FieldKind.Integer, Min = 0, Max = 65535 };

    private readonly MemoryVault _memory = new();
    private readonly RecordingLog _log = new();
    private readonly ILoggerFactory _loggers;
    private readonly SecretVaults _vaults;
    private readonly SecretReports _reports;
    private readonly IReadOnlyList<VaultConfig> _declared = [];

    public SnapshotSecretsTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _vaults = new SecretVaults([_memory], new SnapshotHolder());
        _reports = new SecretReports(_loggers.CreateLogger<SecretReports>());
    }

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void Unresolved_IsReportedOncePerFieldUntilItIsFound()
    {
        var first = Make(null);
        Assert.Null(first.Resolve(Reference, Text, "config.a of plugin x"));
        Assert.Null(first.Resolve(Reference, Text, "config.b of plugin y"));
        Assert.False(first.HaveChanged());
        Assert.Null(Make(first).Resolve(Reference, Text, "config.a of plugin x"));

        Assert.Equal(
            [
                $"Secret reference {Reference} cannot be resolved, config.a of plugin x is empty: the memory does not hold it",
                $"Secret reference {Reference} cannot be resolved, config.b of plugin y is empty: the memory does not hold it",
            ],
            _log.Lines);

        _memory.Secrets["key"] = "canary";
        Assert.True(first.HaveChanged());
        var second = Make(first);
        Assert.Equal("canary", second.Resolve(Reference, Text, "config.a of plugin x"));
        _memory.Secrets.Clear();
        Assert.False(second.HaveChanged());
        Assert.False(second.HaveChanged());

        Assert.Equal($"Secret reference {Reference} cannot be resolved, config.a of plugin x keeps the value it had: the memory does not hold it", _log.Lines.Skip(2).Single());
    }

    [Fact]
    public void Value_LostForAMoment_IsKeptWhileTheVaultsAreTheSame()
    {
        _memory.Secrets["key"] = "one";
        var first = Make(null);
        first.Resolve(Reference, Text, "a");

        _memory.Secrets.Clear();
        var second = Make(first);
        Assert.Equal("one", second.Resolve(Reference, Text, "a"));
        Assert.Equal("one", Make(second).Resolve(Reference, Text, "a"));
        Assert.Null(new SnapshotSecrets(_vaults, _reports, [new VaultConfig { Prefix = "more", Name = "memory" }], second).Resolve(Reference, Text, "a"));

        _memory.Secrets["key"] = "one";
        Assert.False(second.HaveChanged());
        _memory.Secrets["key"] = "two";
        Assert.True(second.HaveChanged());
        Assert.Equal("two", Make(second).Resolve(Reference, Text, "a"));
    }

    /// <summary>Two fields of one snapshot never see two values.</summary>
    [Fact]
    public void Value_ChangedWhileASnapshotIsMade_CountsForTheNext()
    {
        _memory.Secrets["key"] = "one";
        var secrets = Make(null);
        secrets.Resolve(Reference, Text, "a");

        _memory.Secrets["key"] = "two";

        Assert.Equal("one", secrets.Resolve(Reference, Text, "b"));
        Assert.True(secrets.HaveChanged());
    }

    [Theory]
    [InlineData("8443", "8443")]
    [InlineData("+8443", "8443")]
    [InlineData("canary", null)]
    [InlineData("", null)]
    [InlineData("70000", null)]
    [InlineData("1.5", null)]
    public void Number_TakesNumbersWithinItsBounds(string value, string? expected)
    {
        _memory.Secrets["key"] = value;
        var secrets = Make(null);

        Assert.Equal(expected, secrets.Resolve(Reference, Port, "config.port of plugin x"));
        Assert.Equal(value, secrets.Resolve(Reference, Text, "config.host of plugin x"));
        Assert.Equal(
            expected is null ? [$"Secret reference {Reference} cannot be resolved, config.port of plugin x is empty: its value is no number that the field takes"] : [],
            _log.Lines);
    }

    private SnapshotSecrets Make(SnapshotSecrets? previous) => new(_vaults, _reports, _declared, previous);
}
