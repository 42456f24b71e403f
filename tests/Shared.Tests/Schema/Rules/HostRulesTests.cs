using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema.Rules;

public sealed class HostRulesTests
{
    [Theory]
    [InlineData("example.com", null)]
    [InlineData("example.com.", null)]
    [InlineData("localhost", null)]
    [InlineData("my_service-1", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("[::1]", null)]
    [InlineData("[2001:db8::7:1]", null)]
    [InlineData("example.com:80", "must not have a port")]
    [InlineData("[::1]:80", "must not have a port")]
    [InlineData("http://example.com", "invalid value: http://example.com")]
    [InlineData("exa mple", "invalid value: exa mple")]
    [InlineData("a..b", "invalid value: a..b")]
    [InlineData("-a.com", "invalid value: -a.com")]
    [InlineData("a-", "invalid value: a-")]
    [InlineData("exämple.com", "invalid value: exämple.com")]
    [InlineData("*.example.com", "invalid value: *.example.com")]
    [InlineData("[::1", "invalid value: [::1")]
    [InlineData("fe80::1%eth0", "invalid value: fe80::1%eth0")]
    [InlineData("example.com/a", "invalid value: example.com/a")]
    [InlineData(".", "invalid value: .")]
    [InlineData("1.2.3.400", "invalid value: 1.2.3.400")]
    [InlineData("010.0.0.1", "invalid value: 010.0.0.1")]
    public void Host(string text, string? fault) => Assert.Equal(fault, new HostRule().Check(text));

    [Fact]
    public void Host_LabelsAndNamesHaveAGreatestLength()
    {
        var label = new string('a', 63);

        Assert.Null(new HostRule().Check(label));
        Assert.NotNull(new HostRule().Check(label + "a"));
        Assert.Null(new HostRule().Check(string.Join('.', label, label, label, label[..61])));
        Assert.NotNull(new HostRule().Check(string.Join('.', label, label, label, label[..62])));
    }

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("example.com:8443", true)]
    [InlineData("[::1]:8443", true)]
    [InlineData("127.0.0.1:0", true)]
    [InlineData("example.com:65536", false)]
    [InlineData("example.com:", false)]
    [InlineData("example.com:http", false)]
    [InlineData(":80", false)]
    public void HostWithPort(string text, bool isFine) => Assert.Equal(isFine ? null : $"invalid value: {text}", new HostWithPortRule().Check(text));

    [Theory]
    [InlineData("example.com", null)]
    [InlineData("*.example.com", null)]
    [InlineData("example.*", null)]
    [InlineData("*.example.com:8443", null)]
    [InlineData("[::1]:80", null)]
    [InlineData("10.0.0.1", null)]
    [InlineData("*.example.*", "invalid wildcard: must have at most one wildcard")]
    [InlineData("a.*.com", "invalid wildcard: must be placed at leftmost or rightmost label")]
    [InlineData("*example.com", "invalid wildcard: must be placed at leftmost or rightmost label")]
    [InlineData("exa mple", "invalid value: exa mple")]
    public void RouteHost(string text, string? fault) => Assert.Equal(fault, new RouteHostRule().Check(text));

    [Theory]
    [InlineData("example.com", null)]
    [InlineData("*.example.com", null)]
    [InlineData("example.*", null)]
    [InlineData("*", null)]
    [InlineData("80", null)]
    [InlineData("10.0.0.1", "must not be an IP")]
    [InlineData("::1", "must not be an IP")]
    [InlineData("example.com:443", "must not have a port")]
    [InlineData("a.*.com", "invalid wildcard: must be placed at leftmost or rightmost label")]
    public void WildcardHost(string text, string? fault) => Assert.Equal(fault, new WildcardHostRule().Check(text));

    [Theory]
    [InlineData("pool", true)]
    [InlineData("pool.v1", true)]
    [InlineData("1.2.3", true)]
    [InlineData("1.2.3.4", false)]
    [InlineData("[::1]", false)]
    [InlineData("pool:80", false)]
    [InlineData("a/b", false)]
    public void UpstreamName(string text, bool isFine) => Assert.Equal(isFine, new UpstreamNameRule().Check(text) is null);

    [Theory]
    [InlineData("example.com", "example.com:8000")]
    [InlineData("example.com:80", "example.com:80")]
    [InlineData("10.0.0.1:0", "10.0.0.1:0")]
    [InlineData("::1", "[0000:0000:0000:0000:0000:0000:0000:0001]:8000")]
    [InlineData("[::1]", "[0000:0000:0000:0000:0000:0000:0000:0001]:8000")]
    [InlineData("[2001:db8::a]:443", "[2001:0db8:0000:0000:0000:0000:0000:000a]:443")]
    public void TargetAddress_IsWrittenInFull(string text, string stored)
    {
        var rule = new TargetAddressRule();

        Assert.Null(rule.Check(text));
        Assert.Equal(stored, rule.Normalise(text));
        Assert.Null(rule.Check(stored));
        Assert.Equal(stored, rule.Normalise(stored));
    }

    [Theory]
    [InlineData("exa mple")]
    [InlineData("example.com:70000")]
    [InlineData("http://example.com")]
    [InlineData("[::1]:port")]
    [InlineData("10.0.0.256:80")]
    [InlineData("010.0.0.1:80")]
    public void TargetAddress_ThatIsNone_IsRefused(string text) =>
        Assert.Equal("Invalid target; not a valid hostname or ip address", new TargetAddressRule().Check(text));

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("::1", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("5", false)]
    [InlineData("10.0.1", false)]
    [InlineData("[::1]:80", false)]
    [InlineData("example.com", false)]
    [InlineData("192.168.1.1/24", true)]
    [InlineData("10/8", false)]
    [InlineData("10.0.0.0/8/8", false)]
    public void AddressOrRange(string text, bool isFine) =>
        Assert.Equal(isFine ? null : $"invalid ip or cidr range: '{text}'", new AddressOrRangeRule().Check(text));
}
