"""Passwords that are tried first, and words from which such passwords are made. Kept lower-case."""

# fmt: off
COMMON_PASSWORDS = frozenset({
    "password", "passw0rd", "password1", "password12", "password123", "password1234", "123456", "1234567",
    "12345678", "123456789", "1234567890", "12345678910", "123456789012", "0123456789", "987654321",
    "9876543210", "111111", "000000", "123123", "123321", "112233", "121212", "654321", "666666", "696969",
    "abc123", "abcd1234", "abcdef", "abcdefgh", "abcdefghijkl", "a1b2c3", "a1b2c3d4", "qwerty", "qwerty1",
    "qwerty12", "qwerty123", "qwertyuiop", "qwertyuiop123", "qwertz", "azerty", "asdfgh", "asdfghjkl",
    "zxcvbn", "zxcvbnm", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "1qaz2wsx3edc", "qazwsx",
    "qazwsxedc", "q1w2e3r4", "letmein", "letmeinnow", "welcome", "welcome1", "welcome123", "admin",
    "administrator", "admin123", "root", "toor", "login", "guest", "user", "test", "test123", "testing",
    "changeme", "changemenow", "default", "secret", "secret123", "master", "iloveyou", "iloveyou1",
    "sunshine", "princess", "dragon", "monkey", "football", "baseball", "superman", "batman", "shadow",
    "michael", "jennifer", "charlie", "jordan", "hunter", "trustno1", "starwars", "whatever", "computer",
    "internet", "freedom", "flower", "summer", "winter", "spring", "autumn", "monday", "hello", "hello123",
    "casework", "complaint", "agency", "government",
})
# fmt: on
