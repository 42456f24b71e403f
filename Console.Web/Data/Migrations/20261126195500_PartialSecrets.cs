using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ConsoleWeb.Data.Migrations
{
    /// <summary>Changes no table: it marks the stores that <see cref="PartialUpgrade"/> has been through.</summary>
    public partial class PartialSecrets : Migration
    {
        internal const string Id = "20261126195500_PartialSecrets";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
