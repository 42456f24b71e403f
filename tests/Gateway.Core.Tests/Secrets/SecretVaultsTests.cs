using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Secrets;

/// <summary>What references stand for, in variables and files made for the test.</summary>
public sealed class SecretVaultsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-tests-").FullName;
    private readonly string _name = Guid.NewGuid().ToString("N");
    private readonly List<string> _lines = [];
    private readonly SecretVaults _vaults;

    public SecretVaultsTests()
    {
        Directory.CreateDirectory(Allowed);
        var options = new VaultOptions { EnvPrefixes = { "TEST_" }, Directories = { Allowed } };
        IVaultType[] types = [new EnvironmentVault(Options.Create(options)), new FileVault(Options.Create(options))];
        _vaults = new SecretVaults(types, new SnapshotHolder(), new Lines(_lines));
    }

    private string Allowed => Path.Combine(_root, "allowed");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("{vault://env/test-NAME}", "env value")]
    [InlineData("{vault://env/NAME?prefix=test_}", "env value")]
    [InlineData("{vault://my-env/NAME}", "env value")]
    [InlineData("{vault://my-env/NAME?prefix=other_}", null)]
    [InlineData("{vault://my-env/other}", null)]
    [InlineData("{vault://other-env/test-NAME}", null)]
    [InlineData("{vault://my-env/NAME-json/user}", "ada")]
    [InlineData("{vault://my-env/NAME-json/age}", "36")]
    [InlineData("{vault://my-env/NAME-json/nothing}", null)]
    [InlineData("{vault://my-env/NAME/user}", null)]
    [InlineData("{vault://nowhere/NAME}", null)]
    [InlineData("{vault://env}", null)]
    public void Environment_IsReadByAllowedPrefixesOnly(string reference, string? value)
    {
        var variable = "TEST_" + _name.ToUpperInvariant();
        Environment.SetEnvironmentVariable(variable, "env value");
        Environment.SetEnvironmentVariable(variable + "_JSON", """{"user":"ada","age":36}""");
        Environment.SetEnvironmentVariable("OTHER_" + _name.ToUpperInvariant(), "not for you");

        Assert.Equal(value, _vaults.Resolve(
            reference.Replace("NAME", _name, StringComparison.Ordinal),
            [Vault("my-env", "env", ("prefix", "test_")), Vault("other-env", "env", ("prefix", "other_"))]));
    }

    [Theory]
    [InlineData("{vault://file/plain}", "file value")]
    [InlineData("{vault://my-files/inner}", "inner value")]
    [InlineData("{vault://my-files/json/password}", "p")]
    [InlineData("{vault://my-files/json/nothing}", null)]
    [InlineData("{vault://my-files/absent}", null)]
    [InlineData("{vault://my-files/linked-inside}", "file value")]
    [InlineData("{vault://my-files/linked-outside}", null)]
    [InlineData("{vault://my-files/..}", null)]
    [InlineData("{vault://my-files/sub}", null)]
    [InlineData("{vault://outside/secret}", null)]
    [InlineData("{vault://neighbour/secret}", null)]
    [InlineData("{vault://climbing/secret}", null)]
    public void Files_AreReadBelowAllowedDirectoriesOnly(string reference, string? value)
    {
        var inner = Directory.CreateDirectory(Path.Combine(Allowed, "inner")).FullName;
        Directory.CreateDirectory(Path.Combine(inner, "sub"));
        File.WriteAllText(Path.Combine(Allowed, "plain"), "file value\n");
        File.WriteAllText(Path.Combine(inner, "inner"), "inner value");
        File.WriteAllText(Path.Combine(inner, "json"), """{"password":"p"}""");
        File.WriteAllText(Path.Combine(_root, "secret"), "not for you");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Allowed + "-not").FullName, "secret"), "not for you");
        File.CreateSymbolicLink(Path.Combine(inner, "linked-inside"), Path.Combine(Allowed, "plain"));
        File.CreateSymbolicLink(Path.Combine(inner, "linked-outside"), Path.Combine(_root, "secret"));

        Assert.Equal(value, _vaults.Resolve(
            reference,
            [
                Vault("my-files", "file", ("path", inner)),
                Vault("outside", "file", ("path", _root)),
                Vault("neighbour", "file", ("path", Allowed + "-not")),
                Vault("climbing", "file", ("path", Path.Combine(inner, "..", ".."))),
            ]));
    }

    /// <summary>Kubernetes mounts secrets as links through a directory that it swaps.</summary>
    [Fact]
    public void Files_MountedThroughASwappedDirectory_AreFollowed()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Allowed, "..v1")).FullName, "key"), "one");
        Directory.CreateSymbolicLink(Path.Combine(Allowed, "..data"), "..v1");
        File.CreateSymbolicLink(Path.Combine(Allowed, "key"), Path.Combine("..data", "key"));

        Assert.Equal("one", _vaults.Resolve("{vault://file/key}", []));
    }

    [Fact]
    public void Unresolved_IsReportedOnceAndWithoutValues()
    {
        var file = Path.Combine(Allowed, "json");
        File.WriteAllText(file, "{ canary-value");
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(_vaults.Resolve("{vault://file/json/member}", []));
        }

        Assert.Contains("{vault://file/json/member}", Assert.Single(_lines), StringComparison.Ordinal);

        File.WriteAllText(file, """{"member":"canary-value"}""");
        Assert.Equal("canary-value", _vaults.Resolve("{vault://file/json/member}", []));
        File.Delete(file);
        Assert.Null(_vaults.Resolve("{vault://file/json/member}", []));

        Assert.Equal(2, _lines.Count);
        Assert.DoesNotContain(_lines, l => l.Contains("canary-value", StringComparison.Ordinal));
    }

    [Fact]
    public void Snapshot_SecretThatCannotBeReadForAMoment_KeepsItsValue()
    {
        var file = Path.Combine(Allowed, "key");
        File.WriteAllText(file, "one");
        IReadOnlyList<VaultConfig> declared = [];
        var first = new SnapshotSecrets(_vaults, declared, null);
        first.Resolve("{vault://file/key}");

        File.Delete(file);
        var second = new SnapshotSecrets(_vaults, declared, first);

        Assert.False(first.HaveChanged());
        Assert.Equal("one", second.Resolve("{vault://file/key}"));
        Assert.Null(new SnapshotSecrets(_vaults, [Vault("my-env", "env")], second).Resolve("{vault://file/key}"));
        File.WriteAllText(file, "two");
        Assert.True(second.HaveChanged());
    }

    private static VaultConfig Vault(string prefix, string type, params (string Name, string Value)[] config) => new()
    {
        Prefix = prefix,
        Name = type,
        Config = new JsonObject(config.Select(c => KeyValuePair.Create<string, JsonNode?>(c.Name, c.Value))),
    };

    private sealed class Lines(List<string> lines) : ILogger<SecretVaults>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception) + exception);
    }
}
