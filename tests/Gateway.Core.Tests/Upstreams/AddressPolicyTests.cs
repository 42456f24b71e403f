using System.Net;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>Addresses of metadata services in every spelling, and their neighbours, which are nobody's secret.</summary>
public sealed class AddressPolicyTests
{
    private static readonly string[] MetadataAddresses = ["169.254.169.254", "169.254.169.253", "169.254.170.2", "169.254.170.23", "169.254.0.1", "169.254.255.254", "169.254.0.0", "169.254.255.255", "100.100.100.200"];

    public static TheoryData<string> Forbidden
    {
        get
        {
            var data = new TheoryData<string>
            {
                "fe80::1", "fe80::", "fe80::a9fe:a9fe", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1%1", "FE80::1", "fd00:ec2::254", "fd00:0ec2:0::0254", "FD00:EC2:0:0:0:0:0:254",
            };
            foreach (var address in MetadataAddresses)
            {
                var b = IPAddress.Parse(address).GetAddressBytes();
                var number = ((uint)b[0] << 24) | ((uint)b[1] << 16) | ((uint)b[2] << 8) | b[3];
                foreach (var spelling in new[]
                {
                    address, $"{number}", $"0x{number:x}", $"0x{number:X8}", $"0{Convert.ToString(number, 8)}", $"0x{b[0]:x}.0x{b[1]:x}.0x{b[2]:x}.0x{b[3]:x}",
                    $"0{Convert.ToString(b[0], 8)}.0{Convert.ToString(b[1], 8)}.0{Convert.ToString(b[2], 8)}.0{Convert.ToString(b[3], 8)}", $"{b[0]}.{b[1]}.{(b[2] << 8) | b[3]}", $"{b[0]}.{(b[1] << 16) | (b[2] << 8) | b[3]}",
                    $"0x{b[0]:x}.{(b[1] << 16) | (b[2] << 8) | b[3]}", $"::ffff:{address}", $"::FFFF:{b[0]:x2}{b[1]:x2}:{b[2]:x2}{b[3]:x2}", $"0:0:0:0:0:ffff:{address}", $"::{address}", $"::{b[0]:x2}{b[1]:x2}:{b[2]:x2}{b[3]:x2}",
                    $"64:ff9b::{address}", $"64:ff9b::{b[0]:x2}{b[1]:x2}:{b[2]:x2}{b[3]:x2}", $"2002:{b[0]:x2}{b[1]:x2}:{b[2]:x2}{b[3]:x2}::1", $"::ffff:0:{address}",
                })
                {
                    data.Add(spelling);
                }
            }

            return data;
        }
    }

    [Fact]
    public void Table_Size_IsAsPromised() => Assert.True(Forbidden.Count >= 100, $"{Forbidden.Count} spellings");

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Address_OfMetadata_IsForbiddenInEverySpelling(string spelling)
    {
        Assert.True(IPAddress.TryParse(spelling, out var address), $"'{spelling}' is no address here, so a name server would be asked");

        Assert.True(AddressPolicy.IsForbidden(address));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("172.16.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("100.100.100.201")]
    [InlineData("fd00:ec2::253")]
    [InlineData("fec0::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    [InlineData("8.8.8.8")]
    public void Address_OfAnybodyElse_IsAllowed(string address) => Assert.False(AddressPolicy.IsForbidden(IPAddress.Parse(address)));
}
