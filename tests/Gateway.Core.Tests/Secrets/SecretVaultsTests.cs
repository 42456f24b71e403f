using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Secrets;

/// <summary>What references stand for, in variables and files made for the test.</summary>
public sealed class SecretVaultsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-tests-").FullName;
    private readonly string _name = Guid.NewGuid().ToString("N");
    private readonly SecretVaults _vaults;

    public SecretVaultsTests()
    {
        Directory.CreateDirectory(Allowed);
        var options = new VaultOptions { EnvPrefixes = { "TEST_" }, Directories = { Allowed }, OwnFiles = [Path.Combine(Allowed, "keys"), Path.Combine(Allowed, "own.db")] };
        _vaults = new SecretVaults([new EnvironmentVault(Options.Create(options)), new FileVault(Options.Create(options))], new SnapshotHolder());
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

        Assert.Equal(value, _vaults.Read(
            reference.Replace("NAME", _name, StringComparison.Ordinal),
            [Vault("my-env", "env", ("prefix", "test_")), Vault("other-env", "env", ("prefix", "other_"))]).Text);
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

        Assert.Equal(value, _vaults.Read(
            reference,
            [
                Vault("my-files", "file", ("path", inner)),
                Vault("outside", "file", ("path", _root)),
                Vault("neighbour", "file", ("path", Allowed + "-not")),
                Vault("climbing", "file", ("path", Path.Combine(inner, "..", ".."))),
            ]).Text);
    }

    /// <summary>An operator may allow the whole data directory; the keys that encrypt it stay where they are.</summary>
    [Theory]
    [InlineData("{vault://keys/ring}", null)]
    [InlineData("{vault://file/own.db}", null)]
    [InlineData("{vault://file/own.db-wal}", null)]
    [InlineData("{vault://file/linked}", null)]
    [InlineData("{vault://file/other}", "value")]
    public void Files_OfTheGatewayItself_AreNotRead(string reference, string? value)
    {
        var keys = Directory.CreateDirectory(Path.Combine(Allowed, "keys")).FullName;
        foreach (var file in new[] { "own.db", "own.db-wal", "other", Path.Combine(keys, "ring") })
        {
            File.WriteAllText(Path.Combine(Allowed, file), "value");
        }

        File.CreateSymbolicLink(Path.Combine(Allowed, "linked"), Path.Combine(keys, "ring"));

        Assert.Equal(value, _vaults.Read(reference, [Vault("keys", "file", ("path", keys))]).Text);
    }

    /// <summary>Kubernetes mounts secrets as links through a directory that it swaps.</summary>
    [Fact]
    public void Files_MountedThroughASwappedDirectory_AreFollowed()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Allowed, "..v1")).FullName, "key"), "one");
        Directory.CreateSymbolicLink(Path.Combine(Allowed, "..data"), "..v1");
        File.CreateSymbolicLink(Path.Combine(Allowed, "key"), Path.Combine("..data", "key"));

        Assert.Equal("one", _vaults.Read("{vault://file/key}", []).Text);
    }

    private static VaultConfig Vault(string prefix, string type, params (string Name, string Value)[] config) => new()
    {
        Prefix = prefix,
        Name = type,
        Config = new JsonObject(config.Select(c => KeyValuePair.Create<string, JsonNode?>(c.Name, c.Value))),
    };
}
