using System.Net;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>The body of a refusal: tools print its message and read its fields.</summary>
public sealed class SchemaViolationTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    public static TheoryData<string, string, string, string> Rows => new()
    {
        { "/services", "{}", "schema violation (host: required field missing)", """{"host":"required field missing"}""" },
        { "/services", """{"host":"a","port":"80"}""", "schema violation (port: expected an integer)", """{"port":"expected an integer"}""" },
        { "/services", """{"host":"a","port":70000}""", "schema violation (port: value should be between 0 and 65535)", """{"port":"value should be between 0 and 65535"}""" },
        { "/services", """{"host":"a","nonsense":1}""", "schema violation (nonsense: unknown field)", """{"nonsense":"unknown field"}""" },
        { "/services", """{"host":"a","protocol":"smtp"}""", "schema violation (protocol: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp)", """{"protocol":"expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp"}""" },
        { "/services", """{"host":"a","path":"p"}""", "schema violation (path: should start with: /)", """{"path":"should start with: /"}""" },
        { "/services", """{"host":"a","enabled":"yes","retries":1.5}""", "2 schema violations (enabled: expected a boolean; retries: expected an integer)", """{"enabled":"expected a boolean","retries":"expected an integer"}""" },
        { "/services", """{"id":"x","host":"a"}""", "schema violation (id: expected a valid UUID)", """{"id":"expected a valid UUID"}""" },
        { "/services", """{"host":"a","tags":"t"}""", "schema violation (tags: expected a set)", """{"tags":"expected a set"}""" },
        {
            "/routes", "{}", "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https')",
            """{"@entity":["must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"]}"""
        },
        {
            "/routes", """{"paths":["/a","b"]}""", "schema violation (paths.2: should start with: / (fixed path) or ~/ (regex path))",
            """{"paths":[null,"should start with: / (fixed path) or ~/ (regex path)"]}"""
        },
        { "/routes", """{"paths":["/a"],"methods":["get"]}""", "schema violation (methods.1: invalid value: get)", """{"methods":["invalid value: get"]}""" },
        { "/routes", """{"paths":["/a"],"service":{"id":"x"}}""", "schema violation (service.id: expected a valid UUID)", """{"service":{"id":"expected a valid UUID"}}""" },
        {
            "/consumers", "{}", "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')",
            """{"@entity":["at least one of these fields must be non-empty: 'custom_id', 'username'"]}"""
        },
        { "/upstreams", """{"name":"10.0.0.1"}""", "schema violation (name: Invalid name ('10.0.0.1'); no ip addresses allowed)", """{"name":"Invalid name ('10.0.0.1'); no ip addresses allowed"}""" },
        { "/upstreams", """{"name":"a","slots":1}""", "schema violation (slots: value should be between 10 and 65536)", """{"slots":"value should be between 10 and 65536"}""" },
        {
            "/upstreams", """{"name":"a","healthchecks":{"active":{"healthy":{"successes":300}}}}""", "schema violation (healthchecks.active.healthy.successes: value should be between 0 and 255)",
            """{"healthchecks":{"active":{"healthy":{"successes":"value should be between 0 and 255"}}}}"""
        },
        {
            "/plugins", """{"name":"no-such-plugin"}""", "schema violation (name: plugin 'no-such-plugin' not enabled; add it to the 'plugins' configuration property)",
            """{"name":"plugin 'no-such-plugin' not enabled; add it to the 'plugins' configuration property"}"""
        },
        { "/plugins", """{"name":"file-log"}""", "schema violation (config.path: required field missing)", """{"config":{"path":"required field missing"}}""" },
        { "/plugins", """{"name":"file-log","config":{"path":"/tmp/a","colour":1}}""", "schema violation (config.colour: unknown field)", """{"config":{"colour":"unknown field"}}""" },
        { "/plugins", "{}", "schema violation (name: required field missing)", """{"name":"required field missing"}""" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Post_Faulty_Answers400WithMessageAndFields(string collection, string body, string message, string fields)
    {
        var answer = await admin.Host.PostAsync(collection, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(("2", "schema violation", message), (answer["code"]?.ToString(), answer["name"]?.ToString(), answer["message"]?.ToString()));
        Assert.Equal(Gateway.Testing.CanonicalJson.Of(fields), Gateway.Testing.CanonicalJson.Of(answer["fields"]));
    }

    [Fact]
    public async Task Post_Faulty_StoresNothing()
    {
        var name = AdminFixture.NewName();

        await admin.Host.PostAsync("/services", $$"""{"name":"{{name}}","host":"a","port":-1}""");

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/services/" + name)).Status);
    }

    [Theory]
    [InlineData("""{"id":"6c0b9a8e-0000-4000-8000-000000000001"}""", 4, "foreign key violation", "the foreign key '{id=\"6c0b9a8e-0000-4000-8000-000000000001\"}' does not reference an existing 'services' entity.")]
    [InlineData("""{"name":"nobody"}""", 13, "foreign keys unresolved", "foreign key unresolved (service.name: the foreign key cannot be resolved with '{name=\"nobody\"}' for an existing 'services' entity)")]
    public async Task Post_ForeignKeyToNothing_Answers400(string reference, int code, string name, string message)
    {
        var answer = await admin.Host.PostAsync("/routes", $$"""{"paths":["/a"],"service":{{reference}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal((code, name, message), (answer["code"]!.GetValue<int>(), answer["name"]!.ToString(), answer["message"]!.ToString()));
        Assert.NotNull(answer["fields"]!["service"]);
    }
}
