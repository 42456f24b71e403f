using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Tests.Declarative.Files;

public sealed class StateFileValidatorTests
{
    [Theory]
    [InlineData("services: []", "f.yaml:1:1: _format_version is required")]
    [InlineData("_format_version: 3.0", "_format_version: Invalid type. Expected: string, given: integer")]
    [InlineData("_format_version: \"1.1\"", "the format version 1.1 is not supported")]
    [InlineData("_format_version: \"3.0\"\n_transform: false", "_transform: false is not supported")]
    [InlineData("_format_version: \"3.0\"\nservice: []", "f.yaml:2:1: service: unknown member; did you mean 'services'?")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- nmae: x", "f.yaml:3:3: services[0].nmae: unknown member; did you mean 'name'?")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- url: http://x", "f.yaml:3:3: services[0]: a service needs name or id")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: x\n  port: \"80\"", "services[0].port: Invalid type. Expected: integer, given: string")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: x\n  port: 80.5", "services[0].port: Invalid type. Expected: integer, given: number")]
    [InlineData("_format_version: \"3.0\"\nroutes:\n- name: x\n  paths: /a", "routes[0].paths: Invalid type. Expected: array, given: string")]
    [InlineData("_format_version: \"3.0\"\nroutes:\n- name: x\n  paths: [1]", "routes[0].paths[0]: Invalid type. Expected: string, given: integer")]
    [InlineData("_format_version: \"3.0\"\nroutes:\n- name: x\n  service: y", "routes[0].service: Invalid type. Expected: object, given: string")]
    [InlineData("_format_version: \"3.0\"\nplugins:\n- name: x\n  service: {name: y}", "plugins[0].service: Invalid type. Expected: string, given: object")]
    [InlineData("_format_version: \"3.0\"\nplugins:\n- config: {}", "plugins[0]: name is required")]
    [InlineData("_format_version: \"3.0\"\nplugins:\n- name: x\nconfig:\n  path: /y", "f.yaml:4:1: config: unknown member of the file; is it meant for an entry of 'plugins' above?")]
    [InlineData("_format_version: \"3.0\"\nfilter_chains: []", "'filter_chains' is not supported by this gateway yet")]
    [InlineData("_format_version: \"3.0\"\nconsumers:\n- username: a\n  keyauth_credentials:\n  - kee: x", "keyauth_credentials[0].kee: unknown member; did you mean 'key'?")]
    [InlineData("- a", "Invalid type. Expected: object, given: array")]
    public void Validate_BadFile_NamesPlaceAndReason(string yaml, string expected)
    {
        var (root, map) = YamlReader.Read(yaml, "f.yaml");

        Assert.Contains(StateFileValidator.Validate(root, map), p => p.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_SeveralProblems_ReportsAll()
    {
        var (root, map) = YamlReader.Read("_format_version: \"3.0\"\nfoo: 1\nservices:\n- nam: x\n  port: a\n", "f.yaml");

        Assert.Equal(4, StateFileValidator.Validate(root, map).Count);
    }

    [Fact]
    public void Validate_GoodFile_HasNoProblem()
    {
        const string Yaml = """
            _format_version: "3.0"
            _info: {select_tags: [a], defaults: {service: {retries: 1}}}
            _plugin_configs: {shared: {path: /tmp/x}}
            services:
            - name: s
              url: http://h
              routes:
              - {name: r, paths: [/a], service: {name: s}, plugins: [{name: file-log, _config: shared}]}
            consumers:
            - {username: u, groups: [{name: g}], acls: [{group: x}]}
            consumer_groups: [{name: g, consumers: [{username: u}]}]
            upstreams: [{name: h, targets: [{target: "a:1"}], healthchecks: {threshold: 1}}]
            certificates: [{id: c, cert: x, key: y, snis: [{name: a.b}]}]
            ca_certificates: [{cert: x}]
            vaults: [{name: env, prefix: my-env, config: {prefix: A_}}]
            """;
        var (root, map) = YamlReader.Read(Yaml, "f.yaml");

        Assert.Empty(StateFileValidator.Validate(root, map));
    }
}
