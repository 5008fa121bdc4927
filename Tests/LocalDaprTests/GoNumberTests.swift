import Testing

@testable import LocalDapr

struct GoNumberTests {
    static let numbers: [(String, String)] = [
        ("0", "0"), ("-0", "-0"), ("1.0", "1"), ("1.50", "1.5"), ("100", "100"), ("-7", "-7"),
        ("9007199254740993", "9007199254740992"), ("12345678901234567890", "12345678901234567000"),
        ("0.000001", "0.000001"), ("0.0000001", "1e-7"), ("1e20", "100000000000000000000"), ("1e21", "1e+21"),
        ("123e-9", "1.23e-7"), ("0.1", "0.1"), ("1E3", "1000"), ("0.05", "0.05"), ("5e-324", "5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ]

    @Test(arguments: numbers) func `a number is written as Go writes it`(given: String, written: String) {
        #expect(GoNumber.text(of: given) == written)
    }

    @Test func `what floating point cannot hold is an error`() {
        #expect(GoNumber.text(of: "1e999") == nil)
        #expect(JSONReader.read(Array("[1,{\"a\":1e999}]".utf8))?.throughFloatingPoint == nil)
    }
}
